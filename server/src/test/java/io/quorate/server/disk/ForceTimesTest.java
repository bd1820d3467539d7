package io.quorate.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ForceTimesTest {
    private static final Path FILE = Path.of("version-2", "log.1");
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Logger logger = (Logger) LoggerFactory.getLogger(ForceTimes.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ForceTimes times = new ForceTimes(1000);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
    }

    @Test
    void slowForcesAreCountedAndSaidFromTimeToTime() {
        times.add(FILE, 1000 * MS, 0);
        assertThat(lines.list).isEmpty();
        times.add(FILE, 1500 * MS, 2000 * MS);
        times.add(FILE, 1500 * MS, 4000 * MS);
        times.add(FILE, 1500 * MS, 6000 * MS);
        times.add(FILE, 1700 * MS, 12_000 * MS);
        assertThat(times.exceeded()).isEqualTo(4);
        assertThat(times.summary().count()).isEqualTo(5);
        assertThat(times.summary().max()).isEqualTo(1700);
        assertThat(lines.list).hasSize(2);
        assertThat(lines.list.get(0).getFormattedMessage())
                .contains("log.1 took 1500 ms", "fsync.warningthresholdms=1000:", "dataLogDir");
        assertThat(lines.list.get(1).getFormattedMessage()).contains("1700 ms", "as did 2 forces since");
    }
}
