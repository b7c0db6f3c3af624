package io.smc4j.programs;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMISocketFactory;
import java.rmi.server.UnicastRemoteObject;

/** RMI, with its registry. */
class RmiIT extends EchoCases {

    RmiIT() {
        super(Server.class, Client.class, "digest");
    }

    /** What the server does. */
    public interface Echo extends Remote {

        /** Returns what it is given. */
        byte[] echo(byte[] bytes) throws RemoteException;
    }

    /** Returns what it is sent. */
    static final class Server {

        public static void main(String[] arguments) throws Exception {
            System.setProperty("java.rmi.server.hostname", "localhost");
            Registry registry = LocateRegistry.createRegistry(0, RMISocketFactory.getDefaultSocketFactory(), port -> {
                ServerSocket listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
                Pieces.say("port", listener.getLocalPort());
                return listener;
            });
            Echo echo = bytes -> bytes;
            registry.rebind("echo", UnicastRemoteObject.exportObject(echo, 0));
            Pieces.say("bound", "echo");
            Pieces.awaitEnd();
            UnicastRemoteObject.unexportObject(echo, true);
            UnicastRemoteObject.unexportObject(registry, true);
        }
    }

    /** Calls the server. */
    static final class Client {

        public static void main(String[] arguments) throws Exception {
            Echo echo = (Echo) LocateRegistry.getRegistry("localhost", Integer.parseInt(arguments[0])).lookup("echo");
            Pieces.say("digest", Pieces.FEW.digestOf(number -> echo.echo(Pieces.FEW.piece(number))));
            Pieces.awaitEnd();
        }
    }
}
