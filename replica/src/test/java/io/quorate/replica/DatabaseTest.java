package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Zxid;
import io.quorate.tree.DataTree;
import io.quorate.tree.TreeSettings;
import io.quorate.zab.History;
import org.junit.jupiter.api.Test;

/** What is done about a tree that may be wrong, and how often. */
class DatabaseTest {
    private final Database database = new Database(tree(), new History(10), true, false);

    private static DataTree tree() {
        return new DataTree(TreeSettings.defaults());
    }

    @Test
    void oneWrongDigestIsNoReason() {
        for (int i = 1; i < 10; i += 2) {
            assertThat(database.onDifference(i)).isFalse();
            database.onAgreement();
        }
        assertThat(database.onDifference(10)).isFalse();
        assertThat(database.onDifference(11)).as("in a row").isTrue();
        assertThat(database.reloadFor()).isEqualTo(11);
    }

    @Test
    void filesThatMakeTheSameWrongTreeAreNotReadAgain() {
        database.onDifference(1);
        database.onDifference(2);
        database.replaceTree(tree(), true);
        assertThat(database.isReloadWanted()).isFalse();
        assertThat(database.reloadFor()).isEqualTo(Zxid.NONE);

        assertThat(database.onDifference(3)).isFalse();
        assertThat(database.onDifference(4)).isFalse();
        assertThat(database.isTreeInDoubt()).isTrue();
        database.onAgreement();
        assertThat(database.isTreeInDoubt()).isFalse();
        database.onDifference(6);
        assertThat(database.onDifference(7)).as("it was right meanwhile").isTrue();
    }

    @Test
    void whoIsInDoubtFromTheStartReadsItsFilesOnceToo() {
        database.replaceTree(tree(), true);
        database.onDifference(1);
        assertThat(database.onDifference(2)).isTrue();
    }

    @Test
    void aLeadersTreeEndsAllDoubt() {
        database.onDifference(1);
        database.onDifference(2);
        database.replaceTree(tree(), true);
        database.install(tree());
        assertThat(database.isTreeInDoubt()).isFalse();
        assertThat(database.isReloadWanted()).isFalse();
        database.onDifference(3);
        assertThat(database.onDifference(4)).isTrue();
    }
}
