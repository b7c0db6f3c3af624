package io.smc4j.spring.boot.autoconfigure;

/** A setting whose value is well formed for its type but not permitted. */
public class InvalidSmcPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String value;
    private final String permitted;

    InvalidSmcPropertyException(String name, Object value, String permitted) {
        super(name + ((value != null) ? " is '" + value + "' but" : "") + " must be " + permitted);
        this.name = name;
        this.value = (value != null) ? value.toString() : null;
        this.permitted = permitted;
    }

    /** The property's name, such as {@code smc.policy[1].cidr}. */
    public String getName() {
        return name;
    }

    /** Its value, or {@code null} if it has none. */
    public String getValue() {
        return value;
    }

    /** The permitted values, continuing "must be". */
    public String getPermitted() {
        return permitted;
    }
}
