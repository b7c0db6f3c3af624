package io.smc4j.programs;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

/** Puts pieces into a table, and takes them out again. */
final class JdbcProgram {

    private JdbcProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0], "smc4j", "");
                Statement statement = connection.createStatement()) {
            statement.execute("create temporary table piece (number int primary key, content bytea)");
            try (PreparedStatement insert = connection.prepareStatement("insert into piece values (?, ?)")) {
                for (int i = 0; i < Pieces.FEW.count(); i++) {
                    insert.setInt(1, i);
                    insert.setBytes(2, Pieces.FEW.piece(i));
                    insert.executeUpdate();
                }
            }
            try (ResultSet result = statement.executeQuery("select content from piece order by number")) {
                Pieces.say("digest", Pieces.FEW.digestOf(number -> {
                    result.next();
                    return result.getBytes(1);
                }));
            }
            Pieces.awaitEnd();
        }
    }
}
