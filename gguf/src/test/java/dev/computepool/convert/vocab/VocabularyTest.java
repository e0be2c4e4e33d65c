package dev.computepool.convert.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Expected values were compared with what llama.cpp v0.5.0's converter writes for directories of
/// the same shape.
class VocabularyTest {
  private static final VocabularyOptions NINE = VocabularyOptions.NONE.withSize(9);

  private final TinyDirectory directory;

  VocabularyTest(@TempDir Path temporary) {
    directory = new TinyDirectory(temporary);
  }

  @Test
  void fillsIdsWithoutATokenAndTypesTheAddedOnes() throws IOException {
    directory.json("tokenizer.json", TinyDirectory.GPT2);
    assertEquals(
        List.of(
            "model=gpt2",
            "pre=gpt-2",
            "tokens=a|b|Ġ|ab|Ġab|<|end|>|<tool>|[PAD7]|[PAD8]",
            "token_type=1|1|1|1|1|3|4|5|5",
            "merges=a b|Ġ ab"),
        lines(VocabularyKind.BYTE_PAIR, NINE));
  }

  @Test
  void readsPairsOfMergesAndEscapesTheirBlanks() throws IOException {
    directory.json(
        "tokenizer.json", TinyDirectory.GPT2.replace("['a b','Ġ ab']", "[['a','b'],['Ġ','ab']]"));
    assertEquals("a b|Ġ ab", read(NINE).get("merges"));
    directory.json(
        "tokenizer.json",
        TinyDirectory.GPT2
            .replace("'Ġ'", "' '")
            .replace("'Ġab'", "' ab'")
            .replace("['a b','Ġ ab']", "[['a','b'],[' ','ab']]"));
    assertEquals("a b|Ġ ab", read(NINE).get("merges"));
  }

  @Test
  void addsWhatTokenizerConfigNames() throws IOException {
    directory
        .json("tokenizer.json", TinyDirectory.GPT2)
        .json(
            "tokenizer_config.json",
            "{'added_tokens_decoder':{'7':{'content':'<x>','special':false,'normalized':false}},"
                + "'bos_token':'<s>','eos_token':'<|end|>','pad_token':'ab','add_bos_token':false}");
    assertEquals(
        List.of(
            "model=gpt2",
            "pre=gpt-2",
            "tokens=a|b|Ġ|ab|Ġab|<|end|>|<tool>|<x>|<s>",
            "token_type=1|1|1|3|1|3|4|4|3",
            "merges=a b|Ġ ab",
            "eos_token_id=5",
            "add_bos_token=false"),
        lines(VocabularyKind.BYTE_PAIR, NINE));
  }

  @Test
  void takesIdsFromTheConfigurationWhereTheTokenizerNamesNone() throws IOException {
    directory
        .json("tokenizer.json", TinyDirectory.GPT2)
        .json("tokenizer_config.json", "{'unk_token':{'content':'<|end|>'},'bos_token':null}")
        .json(
            "config.json",
            "{'bos_token_id':3,'eos_token_id':[5,6],'pad_token_id':-1,"
                + "'text_config':{'sep_token_id':2},'unk_token_id':1}");
    Map<String, String> read = read(NINE);
    assertEquals(
        List.of("unknown_token_id=5", "bos_token_id=3", "seperator_token_id=2"),
        lines(read).subList(5, 8));
    assertEquals(8, read.size());
  }

  @Test
  void learnsFromATemplateWhatIsPutAroundATextAndThenTheEndOfATurn() throws IOException {
    directory
        .json(
            "tokenizer.json",
            TinyDirectory.GPT2.replace(
                "'post_processor':null",
                "'post_processor':{'type':'Sequence','processors':[{'type':'ByteLevel'},"
                    + "{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<tool>'}},"
                    + "{'Sequence':{'id':'A'}},{'SpecialToken':{'id':'<|end|>'}}],"
                    + "'pair':[{'SpecialToken':{'id':'<tool>'}},{'Sequence':{'id':'A'}},"
                    + "{'SpecialToken':{'id':'<|end|>'}},{'SpecialToken':{'id':'<|end|>'}},"
                    + "{'Sequence':{'id':'B'}},{'SpecialToken':{'id':'<|end|>'}}]}]}"))
        .json("tokenizer_config.json", "{'eos_token':'<tool>'}");
    assertEquals(
        List.of(
            "bos_token_id=6",
            "eos_token_id=5",
            "seperator_token_id=5",
            "eot_token_id=6",
            "add_bos_token=true",
            "add_eos_token=true",
            "add_sep_token=true"),
        lines(read(NINE)).subList(5, 12));
  }

  @Test
  void findsChatTemplatesWhereverTheyAre() throws IOException {
    directory.json("tokenizer.json", TinyDirectory.GPT2).json("tokenizer_config.json", "{'x':1}");
    directory.json("chat_template.json", "{'chat_template':'from json'}");
    assertEquals("from json", read(NINE).get("chat_template"));
    directory.text("chat_template.jinja", "one\r\ntwo\rthree");
    assertEquals("one\ntwo\nthree", read(NINE).get("chat_template"));
    directory.text("additional_chat_templates/tool use.jinja", "tools");
    directory.text("additional_chat_templates/rag.jinja", "rag");
    assertEquals(
        List.of(
            "chat_template.rag=rag",
            "chat_template.tool_use=tools",
            "chat_templates=rag|tool_use",
            "chat_template=one\ntwo\nthree"),
        lines(read(NINE)).subList(5, 9));
    directory.json("tokenizer_config.json", "{'chat_template':'of the config'}");
    assertEquals("of the config", read(NINE).get("chat_template"));
    directory.json("tokenizer_config.json", "{'chat_template':null,'x':1}");
    assertEquals(Optional.empty(), Optional.ofNullable(read(NINE).get("chat_template")));
  }

  @Test
  void readsTheFilesOfGpt2() throws IOException {
    directory
        .json("config.json", "{'model_type':'gpt2'}")
        .json("vocab.json", "{'a':0,'b':1,'ab':2,'<|endoftext|>':3}")
        .text("merges.txt", "#version: 0.2\na b\n");
    assertEquals(
        List.of(
            "model=gpt2",
            "pre=gpt-2",
            "tokens=a|b|ab|<|endoftext|>",
            "token_type=1|1|1|3",
            "merges=a b"),
        lines(VocabularyKind.BYTE_PAIR, VocabularyOptions.NONE));
  }

  @Test
  void takesTheNameOfThePreTokenizerThatIsGiven() throws IOException {
    directory.json(
        "tokenizer.json", TinyDirectory.GPT2.replace("'ByteLevel','add", "'Unheard','add"));
    assertEquals("command-r", read(NINE.withPreTokenizer("command-r")).get("pre"));
    assertThrows(IllegalArgumentException.class, () -> NINE.withPreTokenizer("unheard"));
    assertEquals(
        List.of(new Problem("tokenizer.json", "pre_tokenizer Unheard")),
        problems(VocabularyKind.BYTE_PAIR, NINE));
  }

  @Test
  void tellsAllThatIsWrongAtOnce() throws IOException {
    directory
        .json(
            "tokenizer.json",
            TinyDirectory.GPT2
                .replace("'Ġab':4}", "'Ġab':4,'c':4,'d':12}")
                .replace("['a b','Ġ ab']", "['a b','x y','b b']"))
        .json("tokenizer_config.json", "{'added_tokens_decoder':{'x':{'content':'<x>'}}}");
    assertEquals(
        List.of(
            new Problem(
                "tokenizer_config.json",
                "added_tokens_decoder has x: {\"content\":\"<x>\"}, expected an id and a token"),
            new Problem(
                "tokenizer.json",
                "2 of 3 merges are of or into what is no token, the first is merge 1, x y"),
            new Problem("tokenizer.json", "tokens Ġab and c both have the id 4"),
            new Problem(
                "tokenizer.json",
                "1 tokens have ids from 9 on, which is vocab_size; the first is d, 12")),
        problems(VocabularyKind.BYTE_PAIR, NINE));
  }

  @Test
  void tellsWhereJsonBreaks() throws IOException {
    directory.json("tokenizer.json", "{'model':{'vocab':{'a':0,}}}").json("config.json", "[1]");
    List<Problem> problems = problems(VocabularyKind.BYTE_PAIR, NINE);
    assertEquals(new Problem("config.json", "holds no JSON object"), problems.getFirst());
    assertEquals("tokenizer.json, line 1, column 26", problems.getLast().at());
    directory
        .json("tokenizer.json", "{'model':{'vocab':{'a':-1,'b':'x'}}}")
        .json("config.json", "{}");
    assertEquals(
        List.of(
            new Problem("tokenizer.json", "the id of token a is -1, expected an integer from 0 on"),
            new Problem("tokenizer.json", "the id of token b is x, expected an integer from 0 on")),
        problems(VocabularyKind.BYTE_PAIR, NINE));
  }

  @Test
  void refusesADirectoryWithoutATokenizer() throws IOException {
    directory.json("config.json", "{}");
    assertEquals(
        List.of(new Problem("tokenizer.json", "is missing")),
        problems(VocabularyKind.BYTE_PAIR, NINE));
  }

  @Test
  void comparesTokensWithRowsOfTheEmbedding() throws IOException {
    directory.json("tokenizer.json", TinyDirectory.GPT2);
    Vocabulary vocabulary = Vocabulary.read(directory.path(), VocabularyKind.BYTE_PAIR, NINE);
    assertEquals(Optional.empty(), vocabulary.misfit("token_embd.weight", 9));
    assertEquals(
        Optional.of(
            new Problem(
                "tensor token_embd.weight", "has 10 rows, expected 9, one for every token")),
        vocabulary.misfit("token_embd.weight", 10));
  }

  @Test
  void marksWhatBeginsAWordPiece() throws IOException {
    directory
        .json(
            "tokenizer.json",
            "{'added_tokens':[{'id':0,'content':'[PAD]','special':true,'normalized':false}],"
                + "'normalizer':{'type':'BertNormalizer','lowercase':true,'strip_accents':null},"
                + "'pre_tokenizer':{'type':'BertPreTokenizer'},'decoder':{'type':'WordPiece'},"
                + "'model':{'type':'WordPiece','vocab':{'[PAD]':0,'the':1,'##ing':2}}}")
        .json("tokenizer_config.json", "{'pad_token':'[PAD]'}");
    assertEquals(
        List.of(
            "token_type_count=2",
            "model=bert",
            "pre=default",
            "tokens=[PAD]|▁the|ing",
            "token_type=3|1|1",
            "padding_token_id=0",
            "normalizer.lowercase=true"),
        lines(VocabularyKind.BERT, VocabularyOptions.NONE.withSegments(2)));
  }

  private List<String> lines(VocabularyKind kind, VocabularyOptions options) throws IOException {
    return lines(directory.read(kind, options));
  }

  private static List<String> lines(Map<String, String> read) {
    return read.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }

  private Map<String, String> read(VocabularyOptions options) throws IOException {
    return directory.read(VocabularyKind.BYTE_PAIR, options);
  }

  private List<Problem> problems(VocabularyKind kind, VocabularyOptions options) {
    return assertThrows(
            FormatException.class, () -> Vocabulary.read(directory.path(), kind, options))
        .problems();
  }
}
