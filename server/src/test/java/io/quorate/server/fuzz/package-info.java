/** Any bytes at the client port: sessions that are right, broken on purpose, beside a client that must not notice. */
package io.quorate.server.fuzz;
