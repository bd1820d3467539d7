package io.quorate.server.loop;

import io.quorate.election.EventLog;
import org.slf4j.Logger;

/** What the pure machines tell, in the server's log. */
public final class LoggedEvents implements EventLog {
    private final Logger logger;

    public LoggedEvents(Logger logger) {
        this.logger = logger;
    }

    @Override
    public void info(String message) {
        logger.info("{}", message);
    }

    @Override
    public void warn(String message) {
        logger.warn("{}", message);
    }
}
