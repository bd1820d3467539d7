package io.quorate.client.session;

/** A server's address as it was written: the name is looked up anew at each attempt to connect. */
public record HostPort(String host, int port) {
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
