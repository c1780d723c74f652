package io.roomcast.testkit.virtual;

/** The clients of a run: what they say and read, their connections, sessions and rooms. Belongs to the world's thread. */
final class Clients {

    private final Speaking speaking;
    private final Reading reading;
    private final Connections connections;
    private final ClientRooms rooms;
    private final ClientSessions sessions;
    private final Hearing hearing;

    Clients(RunState run, VirtualCluster cluster, Fidelity fidelity) {
        this.speaking = new Speaking(run);
        this.reading = new Reading(run);
        this.connections = new Connections(run, new Dialling(run, cluster, fidelity), speaking, reading);
        this.rooms = new ClientRooms(run, cluster, speaking, connections);
        this.sessions = new ClientSessions(run, cluster, speaking, reading, connections, rooms);
        this.hearing = new Hearing(run, cluster, this);
    }

    /** Says who takes them through their program; before anybody comes. */
    void follow(Script script) {
        connections.begin(hearing, script);
    }

    Speaking speaking() {
        return speaking;
    }

    Reading reading() {
        return reading;
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
