package dev.computepool.llama;

import dev.computepool.llama.LlamaInfo.Backend;
import dev.computepool.llama.LlamaInfo.Device;
import dev.computepool.llama.LlamaInfo.Kind;
import dev.computepool.llama.NativeLog.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A llama.cpp library, loaded for as long as the process lives.
///
/// There is one a process: two builds share the names of their parts, and the loader would mix
/// them.
public final class LlamaLibrary {
  private static final int MAX_TEXT = 1 << 16;
  private static final Pattern LOADED = Pattern.compile("loaded (\\S+) backend from (.*)");

  private static @Nullable LlamaLibrary loaded;
  private static @Nullable LlamaFiles attempted;

  private final LlamaFiles files;
  private final LlamaCalls llama;
  private final GgmlCalls ggml;
  private final ParamsDefaults defaults;
  private final ParamsLayout layout;
  private final String version;
  private final NativeLog log = new NativeLog();
  private final Map<String, String> backendFiles = new HashMap<>();

  private LlamaLibrary(LlamaFiles files) throws LlamaLibraryException {
    this.files = files;
    Symbols symbols = Symbols.load(files);
    defaults = new ParamsDefaults(symbols);
    llama = new LlamaCalls(symbols, defaults);
    ggml = new GgmlCalls(symbols);
    symbols.requireAll();
    llama.logSet(log.upcall(), MemorySegment.NULL);
    MemorySegment told = llama.version();
    version = told.address() == 0 ? "unknown" : text(told);
    layout =
        ParamsLayout.recognise(
            name(), version, defaults.model(), defaults.context(), defaults.quantize());
    registerBackends();
    llama.backendInit();
  }

  /// Loads a library, or returns it if it is loaded.
  ///
  /// @throws LlamaLibraryException if it does not load, is not one, or has nothing to compute on
  /// @throws IllegalStateException if this process has loaded another one
  public static synchronized LlamaLibrary load(LlamaFiles files) throws LlamaLibraryException {
    if (attempted != null && !attempted.equals(files)) {
      throw new IllegalStateException(
          "this process has loaded %s, %s cannot join it"
              .formatted(attempted.library(), files.library()));
    }
    attempted = files;
    LlamaLibrary library = loaded;
    if (library == null) {
      library = new LlamaLibrary(files);
      loaded = library;
    }
    return library;
  }

  /// Has Java make ready what it takes to call a library, and to be called by it: that is the same
  /// for all of them, and most of the time that {@link #load} would need.
  public static void prepare() {
    NativeFunction.prepare(ParamsDefaults.SIGNATURE);
    new NativeLog().upcall();
  }

  private void registerBackends() throws LlamaLibraryException {
    log.listen(this::noteBackend);
    // Before llama_backend_init(): with nothing registered that looks for libraries beside the
    // java command and in the working directory, and runs what it finds there.
    if (ggml.deviceCount() == 0) {
      try (Arena arena = Arena.ofConfined()) {
        ggml.loadBackends(arena.allocateFrom(files.folder().toString()));
      }
    }
    log.listen(null);
    if (ggml.deviceCount() == 0) {
      throw new LlamaLibraryException(
          name(), "has no backend for this machine beside it", log.complaints());
    }
  }

  private void noteBackend(Level level, String line) {
    Matcher loaded = LOADED.matcher(line);
    if (loaded.find()) {
      backendFiles.put(loaded.group(1), Path.of(loaded.group(2)).getFileName().toString());
    }
  }

  /// The file of the library.
  public String name() {
    return files.library().toString();
  }

  /// The version of llama.cpp as the library tells it.
  public String version() {
    return version;
  }

  LlamaCalls llama() {
    return llama;
  }

  GgmlCalls ggml() {
    return ggml;
  }

  ParamsDefaults defaults() {
    return defaults;
  }

  NativeLog log() {
    return log;
  }

  /// Where a setting is in its structure.
  ///
  /// @throws LlamaLibraryException if that is not known of this build
  int offset(Setting setting) throws LlamaLibraryException {
    OptionalInt offset = layout.offset(setting);
    if (offset.isEmpty()) {
      throw new LlamaLibraryException(
          name(),
          "this program does not know where llama.cpp %s keeps '%s'; it knows that of %s"
              .formatted(version, setting.field(), ParamsLayout.releases()));
    }
    return offset.getAsInt();
  }

  /// What the library says about itself and this machine.
  public LlamaInfo info() {
    List<Backend> backends = new ArrayList<>();
    for (long i = 0; i < ggml.backendCount(); i++) {
      String name = text(ggml.backendName(ggml.backend(i)));
      backends.add(new Backend(name, backendFiles.getOrDefault(name, "")));
    }
    List<Device> devices = new ArrayList<>();
    for (long i = 0; i < ggml.deviceCount(); i++) {
      devices.add(device(ggml.device(i)));
    }
    return new LlamaInfo(
        name(),
        version,
        text(ggml.version()),
        text(ggml.commit()),
        layout.release(),
        backends,
        devices,
        text(llama.systemInfo()).strip());
  }

  private Device device(MemorySegment device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment total = arena.allocate(ValueLayout.JAVA_LONG);
      ggml.deviceMemory(device, free, total);
      return new Device(
          text(ggml.deviceName(device)),
          text(ggml.deviceDescription(device)).strip(),
          Kind.of(ggml.deviceType(device)),
          free.get(ValueLayout.JAVA_LONG, 0),
          total.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  /// A C string that the library keeps.
  @SuppressWarnings("restricted")
  static String text(MemorySegment pointer) {
    return pointer.address() == 0 ? "" : pointer.reinterpret(MAX_TEXT).getString(0);
  }
}
