package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

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
    void filesThatMakeTheSameWrongTreeAreNotReadAgain() {
        assertThat(database.wantReload()).isTrue();
        assertThat(database.isReloadWanted()).isTrue();
        database.replaceTree(tree(), true);
        assertThat(database.isReloadWanted()).isFalse();

        assertThat(database.wantReload()).as("still not the leader's").isFalse();
        assertThat(database.isReloadWanted()).isFalse();
        database.onAgreement();
        assertThat(database.wantReload()).as("was the leader's meanwhile").isTrue();
    }

    @Test
    void filesThatMakeARightTreeAreReadAgainTheNextTime() {
        database.wantReload();
        database.replaceTree(tree(), false);
        assertThat(database.isTreeInDoubt()).isFalse();
        assertThat(database.wantReload()).isTrue();
    }

    @Test
    void noTwoTermsInARowAsk() {
        database.replaceTree(tree(), true);
        assertThat(database.mayAskForTree()).isTrue();
        database.noteAsked(false);
        assertThat(database.mayAskForTree()).as("nothing was offered").isTrue();
        database.noteAsked(true);
        assertThat(database.mayAskForTree()).isFalse();
        database.noteAsked(false);
        assertThat(database.mayAskForTree()).isTrue();
        database.noteAsked(true);
        database.onAgreement();
        assertThat(database.mayAskForTree()).as("because of the next doubt").isTrue();
    }

    @Test
    void aLeadersTreeEndsAllDoubt() {
        database.replaceTree(tree(), true);
        database.install(tree());
        assertThat(database.isTreeInDoubt()).isFalse();
        assertThat(database.isReloadWanted()).isFalse();
    }
}
