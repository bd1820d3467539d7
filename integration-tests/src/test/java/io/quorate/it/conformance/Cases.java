package io.quorate.it.conformance;

import io.quorate.it.conformance.Case.Difference;
import io.quorate.it.conformance.Case.Profile;
import io.quorate.it.conformance.Case.Script;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All cases, in the order in which they were added. */
final class Cases {
    private final List<Case> cases = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private String operation = "";
    private Profile profile = Profile.PLAIN;

    /** Every case of the suite. */
    static List<Case> all() {
        Cases cases = new Cases();
        CreateCases.addTo(cases);
        WriteCases.addTo(cases);
        ReadCases.addTo(cases);
        PathCases.addTo(cases);
        MultiCases.addTo(cases);
        TtlCases.addTo(cases);
        WatchCases.addTo(cases);
        AclCases.addTo(cases);
        SessionCases.addTo(cases);
        SystemCases.addTo(cases);
        HostileCases.addTo(cases);
        QuotaCases.addTo(cases);
        StockCases.addTo(cases);
        return List.copyOf(cases.cases);
    }

    /** What follows is about this operation, on servers as they come. */
    Cases about(String newOperation) {
        return about(newOperation, Profile.PLAIN);
    }

    Cases about(String newOperation, Profile newProfile) {
        operation = newOperation;
        profile = newProfile;
        return this;
    }

    /** Both servers have to say the same. */
    void same(String name, Script script) {
        add(name, script, Optional.empty());
    }

    /** Both servers have to say the same, zxids aside. */
    void sameButZxids(String title, String name, Script script) {
        add(name, script, Optional.of(new Case.InZxids(title)));
    }

    /** The servers differ on purpose, exactly as the resource of the case's name shows. */
    void differs(String title, String name, Script script) {
        add(name, script, Optional.of(new Case.AsRecorded(title)));
    }

    private void add(String name, Script script, Optional<Difference> difference) {
        Case added = new Case(operation, name, profile, script, difference);
        if (!names.add(added.toString())) {
            throw new IllegalStateException("there are two cases \"" + added + "\"; give one of them another name");
        }
        cases.add(added);
    }
}
