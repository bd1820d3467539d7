package io.quorate.client.recipe;

import io.quorate.client.apache.ApacheServer;
import io.quorate.client.contract.NamesContract;

/** Against Apache's server. */
class NamesTest extends NamesContract {
    private ApacheServer server;

    @Override
    protected int startServer() throws Exception {
        server = new ApacheServer();
        return server.port();
    }

    @Override
    protected void stopServer() throws Exception {
        server.close();
    }
}
