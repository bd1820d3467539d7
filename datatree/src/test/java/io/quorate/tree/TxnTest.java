package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import java.util.List;
import org.junit.jupiter.api.Test;

/** storage.md §3; the types of today are held against a real log in {@link ReferenceTranscriptTest}. */
class TxnTest {
    private static JuteWriter header(int type) {
        JuteWriter out = new JuteWriter();
        new TxnHeader(5, 6, 7, 8, type).write(out);
        return out;
    }

    @Test
    void anOldCreateLacksTheParentsVersion() {
        JuteWriter out = header(1).writeString("/a").writeBuffer(null);
        Acl.writeList(out, Acl.OPEN);
        Txn txn = Txn.decode(out.writeBoolean(true).toByteArray());
        assertThat(((TxnBody.Create) txn.body()).parentCVersion()).isEqualTo(-1);
        DataTree tree = new DataTree(TreeSettings.defaults());
        tree.apply(txn, null);
        tree.apply(txn, null);
        assertThat(tree.store().root.cversion()).isEqualTo(2); // adds one each time, as in the reference
        assertThat(tree.ephemerals(5)).containsExactly("/a");
    }

    @Test
    void anOldCloseLacksThePaths() {
        Txn txn = Txn.decode(header(-11).toByteArray());
        assertThat(((TxnBody.CloseSession) txn.body()).paths()).isNull();
        assertThat(txn.encode()).isEqualTo(header(-11).toByteArray());
    }

    @Test
    void aCloseWithoutPathsMayStillHaveADigest() {
        JuteWriter out = header(-11);
        new TxnDigest(2, 1371985504L).write(out);
        Txn txn = Txn.decode(out.toByteArray());
        assertThat(((TxnBody.CloseSession) txn.body()).paths()).isNull();
        assertThat(txn.digest()).isEqualTo(new TxnDigest(2, 1371985504L));
    }

    @Test
    void aCloseOfNothingHasAnEmptyList() {
        JuteWriter out = header(-11).writeInt(0);
        new TxnDigest(2, 1).write(out);
        Txn txn = Txn.decode(out.toByteArray());
        assertThat(((TxnBody.CloseSession) txn.body()).paths()).isEmpty();
        assertThat(txn.digest()).isNotNull();
    }

    @Test
    void deleteContainerHoldsThePathAlone() {
        Txn txn = Txn.decode(header(20).writeString("/c").toByteArray());
        assertThat(txn.body()).isEqualTo(new TxnBody.DeleteContainer("/c"));
        assertThat(txn.encode()).isEqualTo(header(20).writeString("/c").toByteArray());
    }

    @Test
    void otherTypesCannotBeRead() {
        assertThatThrownBy(() -> Txn.decode(header(3).toByteArray()))
                .isInstanceOf(JuteException.class)
                .hasMessageContaining("type 3");
        JuteWriter inMulti = header(14).writeInt(1).writeInt(-11).writeInt(0);
        assertThatThrownBy(() -> Txn.decode(inMulti.toByteArray()))
                .isInstanceOf(JuteException.class)
                .hasMessageContaining("type -11 inside a multi");
    }

    @Test
    void aMultiOfErrorsWithoutACodeIsFailedAllTheSame() {
        TxnBody.Multi multi = new TxnBody.Multi(List.of(new TxnBody.Failure(0)));
        assertThat(multi.isFailed()).isTrue();
        assertThat(multi.err()).isEqualTo(-2);
    }
}
