package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Repository;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The names that mntr shows, beside those of Apache servers in every role: docs/compatibility.md says which are left out, and which are ours. */
@Tag("full")
@Timeout(240)
class MonitorIT {
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");

    /** How the names of a summary's numbers begin. */
    private static final Pattern OF_SUMMARY = Pattern.compile("^(avg|min|max|cnt|sum|p50|p95|p99|p999)_");

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void theNamesAreThoseThatTheDocumentSays() throws Exception {
        Set<String> leftOut = documented("| left out");
        Set<String> ours = documented("| only here");
        Set<String> onlyTheirs = new TreeSet<>();
        Set<String> onlyOurs = new TreeSet<>();
        for (String role : new String[] {"standalone", "leader", "follower", "observer"}) {
            Set<String> theirs = names(Kind.APACHE, role);
            Set<String> here = names(Kind.QUORATE, role);
            without(theirs, here).forEach(name -> onlyTheirs.add(role + ": " + name));
            without(here, theirs).forEach(name -> onlyOurs.add(role + ": " + name));
        }
        assertThat(onlyTheirs)
                .as("names that only an Apache server has")
                .allMatch(each -> leftOut.contains(each.substring(each.indexOf(' ') + 1)));
        assertThat(onlyOurs)
                .as("names that only a Quorate server has")
                .allMatch(each -> ours.contains(each.substring(each.indexOf(' ') + 1)));
        assertThat(leftOut)
                .as("names that are said to be left out")
                .allMatch(each -> onlyTheirs.stream().anyMatch(found -> found.endsWith(": " + each)));
    }

    private Set<String> names(Kind kind, String role) throws Exception {
        Ensemble ensemble = role.equals("standalone")
                ? servers.ensemble(kind)
                : servers.ensemble(builder -> builder.voters(kind, kind).observers(kind));
        ensemble.start();
        ensemble.servers().forEach(each -> each.awaitMode("standalone", "leader", "follower", "observer"));
        ServerProcess server = ensemble.servers().stream()
                .filter(each -> each.mode().filter(role::equals).isPresent())
                .findFirst()
                .orElseThrow();
        try (StockClient client = StockClient.connect(server.address())) {
            client.create("/namespace", "");
            client.create("/namespace/e", "", CreateMode.EPHEMERAL);
            client.get("/namespace");
            client.set("/namespace", "x");
        }
        Set<String> names = server.fourLetterWord("mntr")
                .orElseThrow()
                .lines()
                .map(line -> line.substring("zk_".length(), line.indexOf('\t')))
                .map(name -> OF_SUMMARY.matcher(name).replaceFirst(""))
                .map(name -> name.replaceFirst("^(namespace|zookeeper|[0-9]+)_", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        ensemble.kill9All();
        return names;
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** The names in the rows of the document's table whose second column begins so. */
    private static Set<String> documented(String column) throws IOException {
        return Files.readAllLines(Repository.root().resolve(Path.of("docs", "compatibility.md"))).stream()
                .filter(line -> line.contains(column))
                .map(line -> line.substring(0, line.indexOf(column)))
                .flatMap(line -> NAME.matcher(line).results())
                .map((MatchResult each) -> each.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
