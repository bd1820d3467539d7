package io.quorate.client.shell;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logging for a program that was started with the jars of the shell and configures none: warnings only, on standard error. Without it,
 * Logback would show every line of every library on standard output.
 *
 * <p>Its rank is behind that of all configuration files, so an application's own settings always win; and an application that brings another
 * binding of SLF4J never sees this class.
 */
@ConfiguratorRank(QuietLogging.RANK)
public final class QuietLogging extends ContextAwareBase implements Configurator {
    /** Between what finds a file and what takes over where there is none. */
    static final int RANK = (ConfiguratorRank.NOMINAL + ConfiguratorRank.FALLBACK) / 2;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
