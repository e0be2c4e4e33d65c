package dev.computepool.publish.ollama;

import dev.computepool.base.InputFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/// The Ed25519 key by which ollama.com knows somebody: an OpenSSH key file without a passphrase.
///
/// It signs and gives nothing else away: no method returns the private half.
///
/// @see <a href="https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key">OpenSSH key
///     files</a>
public final class OllamaKey {
  private static final String ALGORITHM = "Ed25519";
  private static final String SSH_NAME = "ssh-ed25519";
  private static final String BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final String END = "-----END OPENSSH PRIVATE KEY-----";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final String NO_CIPHER = "none";
  private static final int HALF = 32;
  private static final int LINE = 70;
  private static final int BLOCK = 8;
  private static final long MAX_BYTES = 1 << 16;

  /// What PKCS #8 puts before the 32 bytes of an Ed25519 key.
  private static final byte[] PKCS8 = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
  };

  private final PrivateKey secret;
  private final byte[] publicHalf;

  private OllamaKey(byte[] seed, byte[] publicHalf) {
    this.secret = privateKey(seed);
    this.publicHalf = publicHalf.clone();
  }

  private static PrivateKey privateKey(byte[] seed) {
    byte[] encoded = Arrays.copyOf(PKCS8, PKCS8.length + HALF);
    System.arraycopy(seed, 0, encoded, PKCS8.length, HALF);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java since 15 has Ed25519", e);
    }
  }

  /// Reads a private key file.
  ///
  /// @throws KeyException if it is none, has a passphrase, or is not Ed25519
  public static OllamaKey read(Path file) throws IOException {
    String text = InputFile.text(file, MAX_BYTES).strip();
    if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw new KeyException(file, "is no OpenSSH private key");
    }
    try {
      String base64 = text.substring(BEGIN.length(), text.length() - END.length());
      byte[] bytes = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
      return parse(file, ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException | IllegalArgumentException _) {
      throw new KeyException(file, "is a damaged OpenSSH private key");
    }
  }

  private static OllamaKey parse(Path file, ByteBuffer bytes) throws KeyException {
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new KeyException(file, "is no OpenSSH private key");
    }
    String cipher = text(bytes);
    if (!cipher.equals(NO_CIPHER)) {
      throw new KeyException(
          file, "has a passphrase (%s); keys with one are not supported".formatted(cipher));
    }
    field(bytes); // key derivation and its options, which mean nothing without a cipher
    field(bytes);
    int count = bytes.getInt();
    if (count != 1) {
      throw new KeyException(file, "holds %d keys, expected one".formatted(count));
    }
    field(bytes);
    ByteBuffer section = ByteBuffer.wrap(field(bytes));
    int check = section.getInt();
    boolean intact = check == section.getInt();
    String type = text(section);
    if (!type.equals(SSH_NAME)) {
      throw new KeyException(
          file, "is a key of type %s; Ollama knows %s only".formatted(type, SSH_NAME));
    }
    byte[] publicHalf = field(section);
    byte[] both = field(section);
    if (!intact
        || publicHalf.length != HALF
        || both.length != 2 * HALF
        || !Arrays.equals(publicHalf, Arrays.copyOfRange(both, HALF, 2 * HALF))) {
      throw new KeyException(file, "is a damaged OpenSSH private key");
    }
    return new OllamaKey(Arrays.copyOf(both, HALF), publicHalf);
  }

  private static byte[] field(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] field = new byte[length];
    bytes.get(field);
    return field;
  }

  private static String text(ByteBuffer bytes) {
    return new String(field(bytes), StandardCharsets.US_ASCII);
  }

  /// Makes a new key: the private file, readable to its owner alone, and `.pub` beside it.
  ///
  /// @throws FileAlreadyExistsException if there is a key already
  public static OllamaKey create(Path file) throws IOException {
    byte[] seed;
    byte[] publicHalf;
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      byte[] encoded = pair.getPrivate().getEncoded();
      seed = Arrays.copyOfRange(encoded, PKCS8.length, PKCS8.length + HALF);
      byte[] spki = pair.getPublic().getEncoded();
      publicHalf = Arrays.copyOfRange(spki, spki.length - HALF, spki.length);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java since 15 has Ed25519", e);
    }
    OllamaKey key = new OllamaKey(seed, publicHalf);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    write(file, privateText(seed, publicHalf, new SecureRandom().nextInt()), "rw-------");
    Path other = file.resolveSibling(file.getFileName() + ".pub");
    Files.deleteIfExists(other); // of a private key that is gone
    write(other, key.publicLine() + "\n", "rw-r--r--");
    return key;
  }

  private static void write(Path file, String text, String permissions) throws IOException {
    boolean posix = Files.getFileStore(parent(file)).supportsFileAttributeView("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            }
            : new FileAttribute<?>[0];
    // Made with its permissions: at no moment may others read it.
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            attributes)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static String privateText(byte[] seed, byte[] publicHalf, int check) {
    byte[] both = Arrays.copyOf(seed, 2 * HALF);
    System.arraycopy(publicHalf, 0, both, HALF, HALF);
    Out section = new Out().number(check).number(check).text(SSH_NAME).field(publicHalf);
    section.field(both).text("");
    for (int i = 1; section.size() % BLOCK != 0; i++) {
      section.raw((byte) i);
    }
    Out file = new Out().raw(MAGIC).text(NO_CIPHER).text(NO_CIPHER).text("").number(1);
    file.field(publicBlob(publicHalf)).field(section.bytes());
    String base64 = Base64.getEncoder().encodeToString(file.bytes());
    StringBuilder text = new StringBuilder(BEGIN).append('\n');
    for (int i = 0; i < base64.length(); i += LINE) {
      text.append(base64, i, Math.min(base64.length(), i + LINE)).append('\n');
    }
    return text.append(END).append('\n').toString();
  }

  private static byte[] publicBlob(byte[] publicHalf) {
    return new Out().text(SSH_NAME).field(publicHalf).bytes();
  }

  /// The public half as it is linked to an account, such as `ssh-ed25519 AAAAC3…`.
  public String publicLine() {
    return SSH_NAME + " " + publicText();
  }

  private String publicText() {
    return Base64.getEncoder().encodeToString(publicBlob(publicHalf));
  }

  /// What the `Authorization` header of a request says that was signed by this key.
  ///
  /// @param request what is signed, in ASCII
  public String authorization(String request) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(request.getBytes(StandardCharsets.US_ASCII));
      return publicText() + ":" + Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("an Ed25519 key signs everything", e);
    }
  }

  /// Where its owner links this key to an account of ollama.com, in a browser.
  ///
  /// @param machine what the page calls this computer
  public String connectUrl(String machine) {
    String key =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(publicLine().getBytes(StandardCharsets.US_ASCII));
    return "https://ollama.com/connect?name="
        + GoQuery.escape(machine).replace("+", "%20")
        + "&key="
        + key;
  }

  /// The public half only.
  @Override
  public String toString() {
    return publicLine();
  }

  /// Fields as SSH writes them: their length, big-endian, and their bytes.
  private static final class Out {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Out raw(byte... values) {
      bytes.writeBytes(values);
      return this;
    }

    Out number(int value) {
      return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    Out field(byte[] value) {
      return number(value.length).raw(value);
    }

    Out text(String value) {
      return field(value.getBytes(StandardCharsets.US_ASCII));
    }

    int size() {
      return bytes.size();
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}
