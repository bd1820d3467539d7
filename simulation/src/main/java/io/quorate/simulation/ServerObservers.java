package io.quorate.simulation;

import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import io.quorate.zab.QuorumPacket;
import java.util.List;

/** All of them, in order. */
record ServerObservers(List<ServerObserver> all) implements ServerObserver {
    @Override
    public void afterStep(ServerProcess process) {
        all.forEach(each -> each.afterStep(process));
    }

    @Override
    public void afterPacket(ServerProcess process, int packetType) {
        all.forEach(each -> each.afterPacket(process, packetType));
    }

    @Override
    public void onEpochStored(SimulatedServer server) {
        all.forEach(each -> each.onEpochStored(server));
    }

    @Override
    public void onLogged(byte[] txn) {
        all.forEach(each -> each.onLogged(txn));
    }

    @Override
    public void onSent(ServerProcess process, QuorumPacket packet) {
        all.forEach(each -> each.onSent(process, packet));
    }

    @Override
    public void onReceived(ServerProcess process, int packetType) {
        all.forEach(each -> each.onReceived(process, packetType));
    }
}
