package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ProxiedServer;
import io.quorate.client.recipe.Names;
import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that only one has. */
@Timeout(90)
public abstract class NamesContract extends Contract {
    @Test
    void ofManyOneHasTheName() throws Exception {
        List<Names> all =
                List.of(new Names(keeper(), "/names/users", POLICY), new Names(keeper(), "/names/users", POLICY));
        List<CompletableFuture<Boolean>> tries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tries.add(all.get(i % 2).bind("ada", bytes("program " + i)));
        }
        int winner = -1;
        for (int i = 0; i < tries.size(); i++) {
            if (get(tries.get(i))) {
                assertThat(winner).as("the only winner").isEqualTo(-1);
                winner = i;
            }
        }
        assertThat(get(all.get(0).lookUp("ada")).map(Contract::text)).contains("program " + winner);
        get(all.get(1).unbind("ada"));
        get(all.get(1).unbind("ada"));
        assertThat(get(all.get(1).lookUp("ada"))).isEmpty();
        assertThatThrownBy(() -> all.get(0).bind("a/b", bytes(""))).hasMessageContaining("without a slash");
    }

    @Test
    void theWinnerKnowsItAlsoWhenItsAnswerIsLost() throws Exception {
        ProxiedServer proxy = proxy();
        Names names = new Names(keeper(proxy), "/names/lost", POLICY);
        assertThat(get(names.bind("first", bytes("")))).isTrue();
        proxy.loseNextAnswer(OpCode.MULTI);
        assertThat(get(names.bind("second", bytes("")))).isTrue();
        proxy.loseNextRequest(OpCode.MULTI);
        assertThat(get(names.bind("second", bytes("")))).isFalse();
        String one = get(names.bindNew("job-", bytes("")));
        String other = get(names.bindNew("job-", bytes("")));
        assertThat(one).startsWith("job-").isNotEqualTo(other);
        assertThat(get(names.lookUp(other))).isPresent();
    }
}
