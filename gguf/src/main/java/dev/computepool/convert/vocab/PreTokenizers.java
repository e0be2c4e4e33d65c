package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The pre-tokenizers that llama.cpp knows by name, and how to tell which one a tokenizer has.
///
/// A tokenizer is told by what its own definition does: it cuts a list of texts into words, and
/// what cuts all of them alike is the same. Names that cut alike are told apart by facts about the
/// vocabulary, such as its size or the id of a token; where none holds, one stands for all of them.
/// Definitions, facts and texts are in `pre-tokenizers.json`, each with its source.
public final class PreTokenizers {
  private static final String TABLE = "pre-tokenizers.json";

  private final Map<String, Cuts> definitions;
  private final List<Name> names;
  private final List<String> texts;
  private final JsonNode trees;

  /// How a definition cuts the texts.
  ///
  /// @param words of each text its words
  private record Cuts(boolean bytes, List<String> forms, List<List<String>> words) {
    /// Number of texts that both cut alike.
    int agreement(Cuts that) {
      int alike = 0;
      for (int i = 0; i < words.size(); i++) {
        alike += words.get(i).equals(that.words.get(i)) ? 1 : 0;
      }
      return alike;
    }
  }

  /// A name that llama.cpp knows.
  ///
  /// @param definitions names of the ways to cut that it stands for
  /// @param alike other names that llama.cpp takes for it, which converters do not write
  /// @param general when it stands for all that cut alike: `nfc`, `ignore_merges`, `otherwise`, or
  ///     never if empty
  /// @param facts alternatives, of which one holds for its vocabularies
  record Name(
      String name,
      List<String> definitions,
      List<String> alike,
      String general,
      List<Facts> facts) {
    /// Conditions that hold, of the alternative with most of them; 0 if none holds.
    int match(Subject subject) {
      return facts.stream().mapToInt(fact -> fact.match(subject)).max().orElse(0);
    }
  }

  /// What is to be named: a tokenizer, and what else is known of its model.
  ///
  /// @param ids all tokens with their ids
  /// @param modelType of `config.json`, or empty
  /// @param tokenizerClass of `tokenizer_config.json`, or empty
  record Subject(
      TokenizerJson tokenizer, Map<String, Integer> ids, String modelType, String tokenizerClass) {}

  /// Facts about a vocabulary that all have to hold.
  ///
  /// @param ids tokens that have just this id
  /// @param below tokens whose id is smaller than this
  /// @param starts whether a special token is put before a text
  /// @param size least and largest number of tokens of the model, without added ones, or empty
  record Facts(
      Map<String, Integer> ids,
      List<String> tokens,
      Map<String, Integer> below,
      List<Integer> size,
      Optional<Boolean> ignoreMerges,
      Optional<Boolean> starts,
      List<String> modelTypes,
      List<String> classes) {
    /// Number of conditions if all hold, else 0. What names the model itself counts double.
    int match(Subject subject) {
      Map<String, Integer> all = subject.ids();
      boolean holds =
          ids.entrySet().stream().allMatch(e -> e.getValue().equals(all.get(e.getKey())))
              && tokens.stream().allMatch(all::containsKey)
              && below.entrySet().stream()
                  .allMatch(e -> all.getOrDefault(e.getKey(), Integer.MAX_VALUE) < e.getValue())
              && fits(subject.tokenizer().model().size())
              && ignoreMerges.map(flag -> flag == ignoresMerges(subject)).orElse(true)
              && starts.map(flag -> flag == startsTexts(subject)).orElse(true)
              && (modelTypes.isEmpty() || modelTypes.contains(subject.modelType()))
              && (classes.isEmpty() || classes.contains(subject.tokenizerClass()));
      if (!holds) {
        return 0;
      }
      return ids.size()
          + tokens.size()
          + below.size()
          + (size.isEmpty() ? 0 : 1)
          + (ignoreMerges.isPresent() ? 1 : 0)
          + (starts.isPresent() ? 1 : 0)
          + (modelTypes.isEmpty() ? 0 : 2)
          + (classes.isEmpty() ? 0 : 2);
    }

    private boolean fits(int tokens) {
      return size.isEmpty() || (tokens >= size.getFirst() && tokens <= size.getLast());
    }
  }

  private PreTokenizers(
      Map<String, Cuts> definitions, List<Name> names, List<String> texts, JsonNode trees) {
    this.trees = trees;
    this.definitions = definitions;
    this.names = names;
    this.texts = texts;
  }

  /// The names that llama.cpp takes, sorted: those that can be recognised, and other spellings.
  public static SortedSet<String> names() {
    SortedSet<String> all = new TreeSet<>();
    for (Name name : Table.INSTANCE.names) {
      all.add(name.name());
      all.addAll(name.alike());
    }
    return Collections.unmodifiableSortedSet(all);
  }

  static PreTokenizers table() {
    return Table.INSTANCE;
  }

  /// The rows of the table.
  List<Name> rows() {
    return names;
  }

  /// A definition of the table: an object with a `pre_tokenizer`, and where it matters a
  /// `normalizer`.
  JsonNode definition(String name) {
    return trees.path(name);
  }

  /// Names a tokenizer.
  ///
  /// @throws UnknownComponentException saying what was found and what is nearest, if llama.cpp has
  ///     no name for it
  String recognise(Subject subject) throws UnknownComponentException {
    TokenizerJson tokenizer = subject.tokenizer();
    Cuts cuts = cuts(Splitter.of(tokenizer.normalizer(), tokenizer.preTokenizer()), texts);
    List<String> same =
        definitions.entrySet().stream()
            .filter(entry -> entry.getValue().equals(cuts))
            .map(Map.Entry::getKey)
            .toList();
    List<Name> candidates =
        names.stream()
            .filter(name -> name.definitions().stream().anyMatch(same::contains))
            .toList();
    if (candidates.isEmpty()) {
      throw new UnknownComponentException(unknown(tokenizer, cuts));
    }
    Optional<Name> best =
        candidates.stream()
            .filter(name -> name.match(subject) > 0)
            .max(Comparator.comparingInt(name -> name.match(subject)));
    return best.orElseGet(() -> general(candidates, subject)).name();
  }

  private static Name general(List<Name> candidates, Subject subject) {
    Map<String, Boolean> holds =
        Map.of(
            "ignore_merges",
            ignoresMerges(subject),
            "nfc",
            hasNfc(subject.tokenizer().normalizer()),
            "otherwise",
            true,
            "",
            false);
    return candidates.stream()
        .filter(name -> !name.general().equals("otherwise"))
        .filter(name -> holds.getOrDefault(name.general(), false))
        .findFirst()
        .or(() -> candidates.stream().filter(n -> n.general().equals("otherwise")).findFirst())
        .orElse(candidates.getFirst());
  }

  private static boolean ignoresMerges(Subject subject) {
    return subject.tokenizer().model().ignoreMerges();
  }

  private static boolean startsTexts(Subject subject) {
    return startsTexts(subject.tokenizer().postProcessor());
  }

  private static boolean startsTexts(JsonNode postProcessor) {
    for (JsonNode part : postProcessor.path("processors")) {
      if (startsTexts(part)) {
        return true;
      }
    }
    return postProcessor.path("single").path(0).has("SpecialToken")
        || postProcessor.path("type").asText("").equals("RobertaProcessing");
  }

  private static boolean hasNfc(JsonNode normalizer) {
    if (normalizer.path("type").asText("").equals("NFC")) {
      return true;
    }
    for (JsonNode part : normalizer.path("normalizers")) {
      if (hasNfc(part)) {
        return true;
      }
    }
    return false;
  }

  /// What is to be said of a definition that no name stands for.
  private String unknown(TokenizerJson tokenizer, Cuts cuts) {
    StringBuilder text = new StringBuilder("has a pre-tokenizer that llama.cpp does not know: ");
    text.append(shown(tokenizer.preTokenizer()));
    if (!cuts.forms().isEmpty()) {
      text.append(" after the normalization ").append(String.join(", ", cuts.forms()));
    }
    List<String> nearest =
        names.stream()
            .sorted(Comparator.comparingInt((Name name) -> agreement(name, cuts)).reversed())
            .map(Name::name)
            .distinct()
            .toList();
    List<String> shown = new ArrayList<>();
    List<Integer> seen = new ArrayList<>();
    for (String name : nearest) {
      Name row = names.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
      int agreement = agreement(row, cuts);
      if (!seen.contains(agreement) && shown.size() < 2) {
        seen.add(agreement);
        shown.add("%s, which cuts %d of %d texts so".formatted(name, agreement, texts.size()));
      }
    }
    text.append("; nearest are ").append(String.join(", and ", shown));
    return text.append(difference(nearest.getFirst(), cuts)).toString();
  }

  private int agreement(Name name, Cuts cuts) {
    int best = 0;
    for (String definition : name.definitions()) {
      Cuts known = known(definition);
      int penalty = known.bytes() == cuts.bytes() ? 0 : texts.size() / 2;
      best = Math.max(best, known.agreement(cuts) - penalty);
    }
    return best;
  }

  private Cuts known(String definition) {
    Cuts cuts = definitions.get(definition);
    if (cuts == null) {
      throw new IllegalStateException(TABLE + " has no definition " + definition);
    }
    return cuts;
  }

  private String difference(String name, Cuts cuts) {
    Name row = names.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    Cuts known = known(row.definitions().getFirst());
    for (int i = 0; i < texts.size(); i++) {
      if (!known.words().get(i).equals(cuts.words().get(i))) {
        return ". %s is cut into %s, by %s into %s"
            .formatted(
                quoted(texts.get(i)),
                quoted(cuts.words().get(i)),
                name,
                quoted(known.words().get(i)));
      }
    }
    return "";
  }

  private static String quoted(List<String> words) {
    List<String> quoted = words.stream().limit(8).map(PreTokenizers::quoted).toList();
    return String.join(" ", quoted) + (words.size() > 8 ? " …" : "");
  }

  private static String quoted(String text) {
    String line = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    return "\"" + (line.length() > 40 ? line.substring(0, 40) + "…" : line) + "\"";
  }

  private static String shown(JsonNode preTokenizer) {
    String json = preTokenizer.isMissingNode() ? "null" : preTokenizer.toString();
    return json.length() > 400 ? json.substring(0, 400) + "…" : json;
  }

  private static Cuts cuts(Splitter splitter, Collection<String> texts)
      throws UnknownComponentException {
    List<List<String>> words = new ArrayList<>(texts.size());
    for (String text : texts) {
      words.add(List.copyOf(splitter.words(text)));
    }
    return new Cuts(splitter.bytes(), List.copyOf(splitter.forms()), words);
  }

  /// The table, read when it is first needed.
  private static final class Table {
    private static final PreTokenizers INSTANCE = read();

    private static PreTokenizers read() {
      try (InputStream stream = PreTokenizers.class.getResourceAsStream(TABLE)) {
        if (stream == null) {
          throw new IllegalStateException(TABLE + " is not on the class path");
        }
        return of(Json.MAPPER.readTree(stream));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (UnknownComponentException e) {
        throw new IllegalStateException(TABLE + ": " + e.getMessage(), e);
      }
    }

    private static PreTokenizers of(JsonNode table) throws UnknownComponentException {
      List<String> texts = strings(table.path("texts"));
      Map<String, Cuts> definitions = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : table.path("definitions").properties()) {
        JsonNode node = entry.getValue();
        Splitter splitter = Splitter.of(node.path("normalizer"), node.path("pre_tokenizer"));
        definitions.put(entry.getKey(), cuts(splitter, texts));
      }
      List<Name> names = new ArrayList<>();
      for (JsonNode row : table.path("names")) {
        List<Facts> facts = new ArrayList<>();
        for (JsonNode fact : row.path("facts")) {
          facts.add(facts(fact));
        }
        names.add(
            new Name(
                row.path("name").asText(),
                strings(row.path("definitions")),
                strings(row.path("alike")),
                row.path("general").asText(""),
                facts));
      }
      return new PreTokenizers(definitions, names, texts, table.path("definitions"));
    }

    private static Facts facts(JsonNode node) {
      List<Integer> size = new ArrayList<>();
      node.path("size").forEach(bound -> size.add(bound.asInt()));
      return new Facts(
          numbers(node.path("ids")),
          strings(node.path("tokens")),
          numbers(node.path("below")),
          size,
          flag(node.path("ignore_merges")),
          flag(node.path("starts")),
          strings(node.path("model_types")),
          strings(node.path("classes")));
    }

    private static Optional<Boolean> flag(JsonNode node) {
      return node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty();
    }

    private static Map<String, Integer> numbers(JsonNode node) {
      Map<String, Integer> numbers = new LinkedHashMap<>();
      node.properties().forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asInt()));
      return numbers;
    }

    private static List<String> strings(JsonNode node) {
      List<String> strings = new ArrayList<>();
      node.forEach(item -> strings.add(item.asText()));
      return strings;
    }
  }
}
