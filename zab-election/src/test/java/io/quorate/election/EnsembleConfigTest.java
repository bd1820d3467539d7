package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every text in here was printed by the verifiers of Apache ZooKeeper 3.9.5 for the same input. */
class EnsembleConfigTest {
    private static void prints(String in, String out) {
        EnsembleConfig config = EnsembleConfig.parse(in);
        assertThat(config.text()).isEqualTo(out);
        assertThat(EnsembleConfig.parse(out)).isEqualTo(config);
        assertThat(EnsembleConfig.parse(out).text()).isEqualTo(out);
    }

    @Test
    void printsTheRoleAlwaysAndTheClientPartOnlyIfThereIsOne() {
        prints("""
                server.1=127.0.0.1:3281:3381
                server.2=127.0.0.1:3282:3382:participant
                server.3=localhost:3283:3383:OBSERVER
                version=0""", """
                server.1=127.0.0.1:3281:3381:participant
                server.2=127.0.0.1:3282:3382:participant
                server.3=localhost:3283:3383:observer
                version=0""");
        prints("""
                server.1=127.0.0.1:3281:3381:participant;2181
                server.2=127.0.0.1:3282:3382;127.0.0.1:2182
                server.3=zk3.example.invalid:3283:3383;zk3.example.invalid:2181
                version=10000000C""", """
                server.1=127.0.0.1:3281:3381:participant;0.0.0.0:2181
                server.2=127.0.0.1:3282:3382:participant;127.0.0.1:2182
                server.3=zk3.example.invalid:3283:3383:participant;zk3.example.invalid:2181
                version=10000000c""");
    }

    @Test
    void printsIpv6InBracketsAndInFull() {
        prints("""
                server.1=[::1]:3281:3381
                server.2=[fe80::1]:3282:3382;[::]:2182
                server.3=[2001:db8:0:0:0:0:0:1]:1:2;[::1]:5""", """
                server.1=[0:0:0:0:0:0:0:1]:3281:3381:participant
                server.2=[fe80:0:0:0:0:0:0:1]:3282:3382:participant;[0:0:0:0:0:0:0:0]:2182
                server.3=[2001:db8:0:0:0:0:0:1]:1:2:participant;[0:0:0:0:0:0:0:1]:5
                version=0""");
    }

    @Test
    void printsSeveralAddressesSortedByHostWithOneRole() {
        prints("""
                server.1=127.0.0.1:3281:3381|127.0.0.2:3281:3381
                server.2=b:3282:3382|a:3282:3383:observer;2182""", """
                server.1=127.0.0.1:3281:3381|127.0.0.2:3281:3381:participant
                server.2=a:3282:3383|b:3282:3382:observer;0.0.0.0:2182
                version=0""");
        assertThat(EnsembleConfig.parse("server.1=a:1:2:participant|b:1:2").text())
                .isEqualTo("server.1=a:1:2|b:1:2:participant\nversion=0");
    }

    @Test
    void printsGroupsAndAWeightForEveryVoter() {
        prints("""
                server.1=a:1:2
                server.2=b:1:2
                server.3=c:1:2
                server.4=d:1:2:observer
                group.2=3
                group.1=1:2
                version=ff""", """
                server.1=a:1:2:participant
                server.2=b:1:2:participant
                server.3=c:1:2:participant
                server.4=d:1:2:observer
                group.1=1:2
                group.2=3
                weight.1=1
                weight.2=1
                weight.3=1
                version=ff""");
    }

    @Test
    void readsTheEntriesOfAZooCfg() {
        EnsembleConfig config =
                EnsembleConfig.of(Map.of("server.1", "a:1:2", "server.2", "b:1:2;2181", "server.7", "c:1:2:observer"));
        assertThat(config.version()).isZero();
        assertThat(config.voters()).containsExactly(1L, 2L);
        assertThat(config.observers()).containsExactly(7L);
        assertThat(config.isVoter(1)).isTrue();
        assertThat(config.isVoter(7)).isFalse();
        assertThat(config.isVoter(8)).isFalse();
        assertThat(config.servers()).extracting(ServerSpec::id).containsExactly(1L, 2L, 7L);
        assertThat(config.server(8)).isEmpty();
        ServerSpec second = config.server(2).orElseThrow();
        assertThat(second.client()).isEqualTo(new HostPort("0.0.0.0", 2181));
        assertThat(second.quorum()).isEqualTo(new HostPort("b", 1));
        assertThat(second.election()).isEqualTo(new HostPort("b", 2));
        assertThat(config.quorum()).isInstanceOf(MajorityQuorum.class);
    }

    @Test
    void knowsItsEntriesAmongThoseOfAZooCfg() {
        assertThat(EnsembleConfig.isEntry("server.1")).isTrue();
        assertThat(EnsembleConfig.isEntry("group.1")).isTrue();
        assertThat(EnsembleConfig.isEntry("weight.1")).isTrue();
        assertThat(EnsembleConfig.isEntry("version")).isTrue();
        assertThat(EnsembleConfig.isEntry("serverCnxnFactory")).isFalse();
        assertThat(EnsembleConfig.isEntry("dataDir")).isFalse();
    }

    @Test
    void bearsWhitespaceAndAnEmptyClientPart() {
        assertThat(EnsembleConfig.parse("server.1 =  a:1:2 ; 2181 \r\n# comment\nserver.02=b:1:2;")
                        .text())
                .isEqualTo("server.1=a:1:2:participant;0.0.0.0:2181\nserver.2=b:1:2:participant\nversion=0");
    }

    @Test
    void keepsTheWeightOfAServerThatIsNoVoter() {
        EnsembleConfig config = EnsembleConfig.parse("server.1=a:1:2\nserver.2=b:1:2:observer\ngroup.1=1\nweight.2=5");
        assertThat(config.text()).contains("weight.1=1\nweight.2=5\n");
        assertThat(config.quorum().weight(2)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
                    server.1=a:1:1                              ! server.1     ! two different ports
                    server.1=a:1                                ! server.1     ! host:quorumPort:electionPort
                    server.1=a:1:2:boss                         ! server.1     ! participant or observer
                    server.x=a:1:2                              ! server.x     ! a number of 0 or more
                    server.-3=a:1:2                             ! server.-3    ! a number of 0 or more
                    server.99999999999999999999=a:1:2           ! server.99999999999999999999 ! a number of 0 or more
                    server.1=a:x:2                              ! server.1     ! the quorum port as a number of 1..65535, found "x"
                    server.1=a:70000:2                          ! server.1     ! the quorum port as a number of 1..65535, found "70000"
                    server.1=a:1:0                              ! server.1     ! the election port
                    server.1=a:1:2;x                            ! server.1     ! the client port as a number of 0..65535, found "x"
                    server.1=a:1:2;b:1;c                        ! server.1     ! the client port
                    server.1=a:1:2;b:c:1                        ! server.1     ! clientHost:clientPort
                    server.1=:1:2                               ! server.1     ! a host name or an address
                    server.1=::1:1:2                            ! server.1     ! IPv6 addresses in brackets
                    server.1=[::1:1:2                           ! server.1     ! IPv6 addresses in brackets
                    server.1=[::g]:1:2                          ! server.1     ! a host name or an address, IPv6 in brackets, found "[::g]"
                    server.1=a:1:2:participant|b:1:2:observer   ! server.1     ! one role for all addresses
                    server.1=a:1:2\\nserver.01=b:1:2            ! server.1     ! each server once
                    server.1=a:1:2\\nfoo=bar                    ! foo          ! only the keys server.N
                    server.1=a:1:2\\ngroup1=1                   ! group1       ! only the keys server.N
                    server.1=a:1:2\\nversion=zz                 ! version      ! hex
                    server.1=a:1:2\\nweight.1=3                 ! server.1     ! a line group.N that lists server 1
                    server.1=a:1:2\\nserver.2=b:1:2\\ngroup.1=1 ! server.2     ! a line group.N that lists server 2
                    server.1=a:1:2\\ngroup.1=1\\ngroup.2=1      ! group.2      ! listed twice
                    server.1=a:1:2\\ngroup.1=1:9                ! group.1      ! server 9 is none
                    server.1=a:1:2\\ngroup.1=                   ! group.1      ! the ids of its voters
                    server.1=a:1:2\\ngroup.1=1\\nweight.1=-1    ! weight.1     ! an integer of 0..2147483647
                    server.1=a:1:2\\ngroup.1=1\\nweight.1=x     ! weight.1     ! an integer of 0..2147483647
                    server.1=\\\\u00zz                          ! configuration ! lines of the form key=value
                    """)
    void namesTheWrongEntryWhatWasFoundAndWhatWasExpected(String text, String key, String expected) {
        assertThatThrownBy(() -> EnsembleConfig.parse(text.replace("\\n", "\n").replace("\\\\", "\\")))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.key()).isEqualTo(key))
                .hasMessageStartingWith(key + "=")
                .hasMessageContaining("expected ")
                .hasMessageContaining(expected);
    }

    @Test
    void quotesOnlyTheBeginningOfAHugeValue() {
        assertThatThrownBy(() -> EnsembleConfig.parse("server.1=" + "x".repeat(100_000)))
                .isInstanceOf(ConfigException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).contains("..."));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    host, host
                    a-b_c.D, a-b_c.D
                    ::1, 0:0:0:0:0:0:0:1
                    [::1], 0:0:0:0:0:0:0:1
                    ::, 0:0:0:0:0:0:0:0
                    1::, 1:0:0:0:0:0:0:0
                    2001:DB8::00ff:0, 2001:db8:0:0:0:0:ff:0
                    ::ffff:10.1.2.3, 10.1.2.3
                    64:ff9b::10.1.2.3, 64:ff9b:0:0:0:0:a01:203
                    fe80::1%eth0, fe80:0:0:0:0:0:0:1%eth0
                    1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8
                    1:2:3:4:5:6:7, none
                    1:2:3:4:5:6:7:8:9, none
                    1::2::3, none
                    1:2:3:4:5:6:7::8, none
                    12345::, none
                    ::1.2.3, none
                    ::1.2.3.256, none
                    [host], none
                    [::1, none
                    a b, none
                    a|b, none
                    """)
    void hostsHaveOneForm(String host, String canonical) {
        assertThat(String.valueOf(Hosts.canonical(host)).replace("null", "none"))
                .isEqualTo(canonical);
    }
}
