package io.quorate.client.cache;

import io.quorate.client.apache.ApacheServer;
import io.quorate.client.contract.TreeCacheContract;

/** Against Apache's server. */
class TreeCacheTest extends TreeCacheContract {
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
