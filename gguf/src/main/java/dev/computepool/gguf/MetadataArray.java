package dev.computepool.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// An array of metadata values of one type, which may be arrays again.
///
/// Elements are decoded when they are asked for; what was read from a file stays there until then.
public final class MetadataArray implements MetadataValue, Iterable<MetadataValue> {
  private final MetadataType elementType;
  private final int length;
  private final ByteBuffer elements; // as a file stores them, in this buffer's byte order

  MetadataArray(MetadataType elementType, int length, ByteBuffer elements) {
    this.elementType = elementType;
    this.length = length;
    this.elements = elements;
  }

  /// An array of strings.
  public static MetadataArray ofStrings(List<String> values) {
    List<MetadataValue> texts = new ArrayList<>(values.size());
    for (String value : values) {
      texts.add(Text.of(value));
    }
    return of(MetadataType.STRING, texts);
  }

  /// An array of integers.
  ///
  /// @throws IllegalArgumentException if one does not fit `elementType`
  public static MetadataArray ofIntegers(MetadataType elementType, long... values) {
    List<MetadataValue> integers = new ArrayList<>(values.length);
    for (long value : values) {
      integers.add(new Int(elementType, value));
    }
    return of(elementType, integers);
  }

  /// An array of `float32`.
  public static MetadataArray ofFloats(float... values) {
    ByteBuffer encoded =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      encoded.putInt(Float.floatToRawIntBits(value));
    }
    return new MetadataArray(MetadataType.FLOAT32, values.length, encoded.flip());
  }

  /// An array of any values.
  ///
  /// @throws IllegalArgumentException if one is not of type `elementType`
  public static MetadataArray of(MetadataType elementType, List<? extends MetadataValue> values) {
    long bytes = 0;
    for (MetadataValue value : values) {
      if (value.type() != elementType) {
        throw new IllegalArgumentException(
            "an array of " + elementType + " cannot hold " + value.type());
      }
      bytes += Encoding.bytes(value);
    }
    ByteBuffer encoded = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (MetadataValue value : values) {
      Encoding.put(value, encoded);
    }
    return new MetadataArray(elementType, values.size(), encoded.flip());
  }

  @Override
  public MetadataType type() {
    return MetadataType.ARRAY;
  }

  public MetadataType elementType() {
    return elementType;
  }

  /// Number of elements.
  public int length() {
    return length;
  }

  /// One element. Strings and arrays have no fixed size, so those before it are passed one by one:
  /// use the iterator for many.
  ///
  /// @throws IndexOutOfBoundsException if there is no such element
  public MetadataValue element(int index) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException(index + " of " + length + " elements");
    }
    int at = 0;
    if (elementType.bytes() > 0) {
      at = index * elementType.bytes();
    } else {
      for (int i = 0; i < index; i++) {
        at = Encoding.end(elements, at, elementType);
      }
    }
    return Encoding.value(elements, at, elementType);
  }

  /// The elements of an array of strings.
  ///
  /// @throws IllegalStateException if it holds something else
  public List<String> strings() {
    require(elementType == MetadataType.STRING);
    List<String> list = new ArrayList<>(length);
    for (MetadataValue value : this) {
      list.add(((Text) value).value());
    }
    return list;
  }

  /// The elements of an array of integers; of `uint64` the 64 bits.
  ///
  /// @throws IllegalStateException if it holds something else
  public long[] integers() {
    require(elementType.isInteger());
    long[] values = new long[length];
    int at = 0;
    for (int i = 0; i < length; i++) {
      values[i] = Encoding.integer(elements, at, elementType);
      at += elementType.bytes();
    }
    return values;
  }

  /// The elements of an array of `float32`.
  ///
  /// @throws IllegalStateException if it holds something else
  public float[] floats() {
    require(elementType == MetadataType.FLOAT32);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = elements.getFloat(i * Float.BYTES);
    }
    return values;
  }

  private void require(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("the array holds " + elementType);
    }
  }

  @Override
  public Iterator<MetadataValue> iterator() {
    return new Iterator<>() {
      private int next;
      private int at;

      @Override
      public boolean hasNext() {
        return next < length;
      }

      @Override
      public MetadataValue next() {
        if (next == length) {
          throw new NoSuchElementException();
        }
        MetadataValue value = Encoding.value(elements, at, elementType);
        at = Encoding.end(elements, at, elementType);
        next++;
        return value;
      }
    };
  }

  /// The elements as a file stores them; its byte order is that of the numbers.
  ByteBuffer encoded() {
    return elements.duplicate().order(elements.order());
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof MetadataArray that)
        || elementType != that.elementType
        || length != that.length) {
      return false;
    }
    if (elements.order() == that.elements.order()) {
      return elements.equals(that.elements);
    }
    Iterator<MetadataValue> others = that.iterator();
    for (MetadataValue value : this) {
      if (!value.equals(others.next())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 31 * elementType.hashCode() + length;
    return length == 0 ? hash : 31 * hash + element(0).hashCode();
  }

  /// Type and length, and the elements of a short one.
  @Override
  public String toString() {
    if (length > 8) {
      return elementType + "[" + length + "]";
    }
    List<MetadataValue> values = new ArrayList<>(length);
    iterator().forEachRemaining(values::add);
    return elementType + Arrays.toString(values.toArray());
  }
}
