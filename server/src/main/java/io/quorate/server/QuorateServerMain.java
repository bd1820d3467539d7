package io.quorate.server;

import ch.qos.logback.classic.LoggerContext;
import io.netty.util.ResourceLeakDetector;
import io.quorate.election.HostPort;
import io.quorate.server.admin.Version;
import io.quorate.server.config.ExitCode;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.ServerConfigReader;
import io.quorate.server.config.StartException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Parameters;

/** The server's process: {@code java -jar quorate-server.jar zoo.cfg}. Runs until SIGTERM, or until it cannot go on. */
@Command(
        name = "quorate-server",
        mixinStandardHelpOptions = true,
        versionProvider = QuorateServerMain.VersionProvider.class,
        description = "Runs one server of an ensemble, or a server alone.",
        exitCodeOnInvalidInput = ExitCode.INVALID_INVOCATION,
        exitCodeOnExecutionException = ExitCode.UNEXPECTED_ERROR)
public final class QuorateServerMain implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(QuorateServerMain.class);

    /** A client that asks for one TLS 1.2 handshake after the other would cost the server much and itself little. */
    private static final String REJECT_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    @Parameters(
            index = "0",
            paramLabel = "zoo.cfg",
            description = "The configuration, as ZooKeeper's operators write it.")
    private @Nullable Path file;

    private QuorateServerMain() {}

    /** @param arguments the path of a zoo.cfg */
    public static void main(String[] arguments) {
        end(new CommandLine(new QuorateServerMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (file == null) {
            return ExitCode.INVALID_INVOCATION;
        }
        if (System.getProperty("io.netty.leakDetection.level") == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
        if (System.getProperty(REJECT_RENEGOTIATION) == null) {
            System.setProperty(REJECT_RENEGOTIATION, "true");
        }
        try {
            run(file);
        } catch (StartException e) {
            LOG.error("{}", e.getMessage());
            return e.exitCode();
        }
        // The hook ends the process.
        new CountDownLatch(1).await();
        return ExitCode.NORMAL;
    }

    private static void run(Path file) {
        ServerConfig config = ServerConfigReader.read(
                file, System.getProperties(), Runtime.getRuntime().availableProcessors());
        LOG.info("Quorate {} starts with {}", Version.text(), file.toAbsolutePath());
        config.warnings().forEach(warning -> LOG.warn("{}: {}", file, warning));
        ServerWiring server = ServerWiring.start(config, QuorateServerMain::onFatal);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> onShutdown(server), "shutdown"));
        LOG.info("Server {} listens for clients at {}", config.serverId(), clientAddresses(config));
    }

    private static String clientAddresses(ServerConfig config) {
        HostPort plain = config.clientPort().address();
        HostPort secure = config.clientPort().secureAddress();
        return secure == null ? String.valueOf(plain) : plain + ", and with TLS at " + secure;
    }

    private static void onShutdown(ServerWiring server) {
        LOG.info("Stopping");
        try {
            boolean orderly = server.stop();
            LOG.info(orderly ? "Stopped" : "Stopped, though not everything ended in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(ExitCode.NORMAL);
    }

    private static void onFatal(int exitCode, String message, @Nullable Throwable thrown) {
        LOG.error("{}", message, thrown);
        end(exitCode);
    }

    /** Writes out what was logged, and ends the process at once: no hook runs any more. */
    private static void end(int exitCode) {
        ILoggerFactory logging = LoggerFactory.getILoggerFactory();
        if (logging instanceof LoggerContext context) {
            context.stop();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    /** For {@code --version}. */
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Quorate " + Version.text()};
        }
    }
}
