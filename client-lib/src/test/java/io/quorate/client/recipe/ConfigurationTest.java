package io.quorate.client.recipe;

import io.quorate.client.apache.ApacheServer;
import io.quorate.client.contract.ConfigurationContract;

/** Against Apache's server. */
class ConfigurationTest extends ConfigurationContract {
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
