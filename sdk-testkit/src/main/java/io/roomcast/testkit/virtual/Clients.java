package io.roomcast.testkit.virtual;

/** The clients of a run: their connections, sessions and rooms. Belongs to the world's thread. */
final class Clients {

    private final Connections connections;
    private final ClientRooms rooms;
    private final ClientSessions sessions;
    private final Hearing hearing;

    Clients(RunState run, VirtualCluster cluster, Fidelity fidelity) {
        this.connections = new Connections(run, cluster, fidelity);
        this.rooms = new ClientRooms(run, connections);
        this.sessions = new ClientSessions(run, connections, rooms);
        this.hearing = new Hearing(run, connections, rooms, sessions);
    }

    /** Says who takes them through their program; before anybody comes. */
    void follow(Script script) {
        connections.begin(hearing, script);
    }

    Connections connections() {
        return connections;
    }

    ClientRooms rooms() {
        return rooms;
    }

    ClientSessions sessions() {
        return sessions;
    }
}
