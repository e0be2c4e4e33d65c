package dev.computepool.chat.template;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A value as Python has it.
sealed interface Value
    permits Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Str,
        Value.ListValue,
        Value.Tuple,
        Value.Range,
        Value.View,
        Value.Stream,
        Value.Function,
        Value.Undefined,
        Dict,
        Namespace,
        Loop {
  /// Whether a condition takes it for true.
  boolean truth();

  /// As Python names its type.
  String type();

  /// The only value of its type.
  enum None implements Value {
    NONE;

    @Override
    public boolean truth() {
      return false;
    }

    @Override
    public String type() {
      return "NoneType";
    }
  }

  /// A truth value, which arithmetic takes for 0 or 1.
  enum Bool implements Value {
    FALSE,
    TRUE;

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    @Override
    public boolean truth() {
      return this == TRUE;
    }

    @Override
    public String type() {
      return "bool";
    }
  }

  /// An integer of any size.
  record Int(BigInteger value) implements Value {
    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    @Override
    public boolean truth() {
      return value.signum() != 0;
    }

    @Override
    public String type() {
      return "int";
    }
  }

  /// A number in double precision.
  record Real(double value) implements Value {
    @Override
    public boolean truth() {
      return value != 0;
    }

    @Override
    public String type() {
      return "float";
    }
  }

  /// A text, whose units are code points.
  ///
  /// @param safe whether it passed `|safe`, so that what is joined to it is escaped for HTML
  record Str(String text, boolean safe) implements Value {
    static final Str EMPTY = new Str("");

    Str(String text) {
      this(text, false);
    }

    @Override
    public boolean truth() {
      return !text.isEmpty();
    }

    @Override
    public String type() {
      return safe ? "Markup" : "str";
    }
  }

  /// A list; templates cannot change one.
  record ListValue(List<Value> items) implements Value {
    @Override
    public boolean truth() {
      return !items.isEmpty();
    }

    @Override
    public String type() {
      return "list";
    }
  }

  record Tuple(List<Value> items) implements Value {
    @Override
    public boolean truth() {
      return !items.isEmpty();
    }

    @Override
    public String type() {
      return "tuple";
    }
  }

  /// What `range` makes.
  record Range(long start, long stop, long step) implements Value {
    long length() {
      long span = step > 0 ? stop - start : start - stop;
      long stride = Math.abs(step);
      return span <= 0 ? 0 : (span - 1) / stride + 1;
    }

    @Override
    public boolean truth() {
      return length() > 0;
    }

    @Override
    public String type() {
      return "range";
    }
  }

  /// What `keys`, `values` and `items` of a dict are.
  record View(Kind kind, Dict dict) implements Value {
    enum Kind {
      KEYS("dict_keys"),
      VALUES("dict_values"),
      ITEMS("dict_items");

      final String type;

      Kind(String type) {
        this.type = type;
      }
    }

    List<Value> items() {
      return switch (kind) {
        case KEYS -> dict.keys();
        case VALUES -> dict.values();
        case ITEMS -> dict.items();
      };
    }

    @Override
    public boolean truth() {
      return dict.size() > 0;
    }

    @Override
    public String type() {
      return kind.type;
    }
  }

  /// What can be gone through once, as most filters over sequences make it.
  record Stream(Iterator<Value> items) implements Value {
    @Override
    public boolean truth() {
      return true;
    }

    @Override
    public String type() {
      return "generator";
    }
  }

  /// What can be called.
  ///
  /// @param name empty for the block of a call
  /// @param macro what the template defines; null for what every template has
  record Function(String name, Body body, Stmt.@Nullable MacroBody macro) implements Value {
    Function(String name, Body body) {
      this(name, body, null);
    }

    /// What it does.
    interface Body {
      Value call(Arguments arguments);
    }

    @Override
    public boolean truth() {
      return true;
    }

    @Override
    public String type() {
      return macro == null ? "function" : "Macro";
    }
  }

  /// A variable or attribute that is not there, or not for templates.
  ///
  /// @param what what is missing, as an error tells it
  record Undefined(Supplier<String> what) implements Value {
    static Undefined variable(String name) {
      return new Undefined(() -> "'" + name + "' is undefined");
    }

    static Undefined attribute(Value object, String name) {
      return new Undefined(
          () ->
              object == None.NONE
                  ? "None has no attribute '" + name + "'"
                  : "'" + object.type() + " object' has no attribute '" + name + "'");
    }

    Fault fault() {
      return Fault.value(what.get());
    }

    @Override
    public boolean truth() {
      return false;
    }

    @Override
    public String type() {
      return "Undefined";
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }
}
