package dev.computepool.convert.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceTest {
  private static final int BPE = 2;
  private static final int UNIGRAM = 1;

  private final TinyDirectory directory;

  SentencePieceTest(@TempDir Path temporary) {
    directory = new TinyDirectory(temporary);
  }

  private static TinyDirectory.Pieces pieces() {
    return new TinyDirectory.Pieces()
        .add("<unk>", 0, 2)
        .add("<s>", 0, 3)
        .add("<0x0A>", 0, 6)
        .add("▁a", -1, 1)
        .add("<user>", -2.5f, 4)
        .add("old", -3, 5);
  }

  private static byte[] model() {
    return pieces().bytes(BPE, true, false, null);
  }

  @Test
  void readsPiecesAndWhatIsAddedToThem() throws IOException {
    directory
        .bytes("tokenizer.model", model())
        .json("added_tokens.json", "{'▁<new>':6,'beyond':70}")
        .json(
            "tokenizer_config.json",
            "{'add_bos_token':true,'added_tokens_decoder':{'7':{'content':'▁▁x','special':false},"
                + "'5':{'content':'<|turn|>','special':false},'90':{'content':'beyond'}}}")
        .json("config.json", "{'bos_token_id':1,'eos_token_id':90}");
    assertEquals(
        List.of(
            "model=llama",
            "pre=default",
            "tokens=<unk>|<s>|<0x0A>|▁a|<user>|<|turn|>|▁<new>|  x|[PAD8]",
            "scores=0.0|0.0|0.0|-1.0|-2.5|-1000.0|-1000.0|-1000.0|-10000.0",
            "token_type=2|3|6|1|1|3|4|4|5",
            "bos_token_id=1",
            "add_bos_token=true"),
        lines(VocabularyKind.LLAMA, VocabularyOptions.NONE.withSize(9)));
  }

  @Test
  void putsNoBlankBeforeATextForGemma() throws IOException {
    directory.bytes("tokenizer.model", model());
    List<String> lines = lines(VocabularyKind.GEMMA2, VocabularyOptions.NONE);
    assertEquals("add_space_prefix=false", lines.getLast());
    assertEquals(lines, lines(VocabularyKind.GEMMA3, VocabularyOptions.NONE));
  }

  @Test
  void putsAddedTokensInPlaceOfItsOwnForPhi3() throws IOException {
    directory
        .bytes("tokenizer.model", model())
        .json(
            "tokenizer_config.json",
            "{'added_tokens_decoder':{'1':{'content':'<s>','special':true},"
                + "'3':{'content':'▁b','special':false}}}");
    assertEquals(
        "<unk>|<s>|<0x0A>|▁b|<user>|old|[PAD6]",
        directory.read(VocabularyKind.PHI3, VocabularyOptions.NONE.withSize(7)).get("tokens"));
    assertEquals(
        List.of(
            new Problem(
                "tokenizer.model", "has 6 pieces, expected at most 5, which is vocab_size")),
        problems(VocabularyKind.PHI3, VocabularyOptions.NONE.withSize(5)));
  }

  @Test
  void readsTheUnigramModelOfT5() throws IOException {
    directory.bytes("spiece.model", pieces().bytes(UNIGRAM, true, true, new byte[] {4, 0, -1}));
    Map<String, String> read = directory.read(VocabularyKind.T5, VocabularyOptions.NONE);
    assertEquals("t5", read.get("model"));
    assertEquals("true", read.get("add_space_prefix"));
    assertEquals("true", read.get("remove_extra_whitespaces"));
    assertEquals("4|0|255", read.get("precompiled_charsmap"));
  }

  @Test
  void movesIdsAsFairseqDoes() throws IOException {
    directory.bytes(
        "sentencepiece.bpe.model",
        new TinyDirectory.Pieces()
            .add("<unk>", 0, 2)
            .add("<s>", 0, 3)
            .add("</s>", 0, 3)
            .add("▁a", -1, 1)
            .add("b", -2, 1)
            .bytes(UNIGRAM, true, true, null));
    assertEquals(
        List.of(
            "model=t5",
            "pre=default",
            "tokens=<s>|<pad>|</s>|<unk>|▁a|b|[PAD5]",
            "scores=0.0|0.0|0.0|0.0|-1.0|-2.0|-10000.0",
            "token_type=3|3|3|2|1|1|5",
            "add_space_prefix=true",
            "token_type_count=1",
            "remove_extra_whitespaces=true"),
        lines(VocabularyKind.XLM_ROBERTA, VocabularyOptions.NONE.withSize(7)));
  }

  @Test
  void readsTheSameModelOutOfTokenizerJson() throws IOException {
    directory
        .json(
            "tokenizer.json",
            "{'added_tokens':[{'id':0,'content':'<unk>','special':true},"
                + "{'id':4,'content':'<sep>','special':false}],"
                + "'decoder':{'type':'Sequence','decoders':[]},'model':{'type':'BPE',"
                + "'byte_fallback':true,'vocab':{'<unk>':0,'<0x0A>':1,'▁':2,'a':3},'merges':[]}}")
        .json("tokenizer_config.json", "{'unk_token':'<unk>'}");
    assertEquals(
        List.of(
            "model=llama",
            "pre=default",
            "tokens=<unk>|<0x0A>|▁|a|<sep>",
            "scores=-1000.0|-1000.0|-1000.0|-1000.0|-1000.0",
            "token_type=3|6|1|1|4",
            "unknown_token_id=0"),
        lines(VocabularyKind.LLAMA, VocabularyOptions.NONE));
  }

  @Test
  void refusesWhatSentencePieceWouldRefuse() throws IOException {
    directory.bytes(
        "tokenizer.model",
        new TinyDirectory.Pieces()
            .add("a", 0, 1)
            .add("a", 0, 1)
            .add("", 0, 1)
            .bytes(BPE, true, true, null));
    assertEquals(
        List.of(
            new Problem("tokenizer.model", "pieces 0 and 1 are both a"),
            new Problem("tokenizer.model", "piece 2 is empty"),
            new Problem("tokenizer.model", "0 pieces are for what is unknown, expected one")),
        problems(VocabularyKind.LLAMA, VocabularyOptions.NONE));
  }

  @Test
  void refusesOrReadsAModelCutShortAtEveryByte() throws IOException {
    byte[] model = model();
    for (int length = 0; length < model.length; length++) {
      directory.bytes("tokenizer.model", Arrays.copyOf(model, length));
      try {
        Vocabulary vocabulary =
            Vocabulary.read(directory.path(), VocabularyKind.GEMMA2, VocabularyOptions.NONE);
        assertFalse(vocabulary.size() == 0, "cut at " + length);
      } catch (FormatException e) {
        assertEquals("tokenizer.model", e.problems().getFirst().at());
      }
    }
  }

  private List<String> lines(VocabularyKind kind, VocabularyOptions options) throws IOException {
    return directory.read(kind, options).entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  private List<Problem> problems(VocabularyKind kind, VocabularyOptions options) {
    return assertThrows(
            FormatException.class, () -> Vocabulary.read(directory.path(), kind, options))
        .problems();
  }
}
