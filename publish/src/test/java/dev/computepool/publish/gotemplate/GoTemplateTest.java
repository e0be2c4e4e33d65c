package dev.computepool.publish.gotemplate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.publish.gotemplate.GoTemplateException.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoTemplateTest {
  private static final ObjectNode DATA = JsonNodeFactory.instance.objectNode().put("n", 1);

  private static GoTemplateException fails(String source) {
    return assertThrows(
        GoTemplateException.class, () -> GoTemplate.parse("x.tmpl", source).execute(DATA));
  }

  @Test
  void errorsNameFilePlaceAndReason() {
    GoTemplateException syntax = fails("a\n{{ nope }}");
    assertEquals(Reason.SYNTAX, syntax.reason());
    assertEquals("x.tmpl at line 2: function \"nope\" not defined", syntax.getMessage());
    GoTemplateException value = fails("a\n  {{ .n.x }}");
    assertEquals(Reason.EXECUTION, value.reason());
    assertEquals(
        "x.tmpl at line 2, column 8: can't evaluate field x in type interface {}",
        value.getMessage());
    assertEquals(
        "template: x.tmpl:2:7: executing \"x.tmpl\" at <.n.x>: can't evaluate field x in type"
            + " interface {}",
        value.words());
  }

  @Test
  void knowsWhatCameAfterGo119() throws GoTemplateException {
    String source =
        "{{ with .no }}a{{ else with .n }}{{ . }}{{ else }}c{{ end }}{{ range 3 }}{{ . }}{{ end }}";
    assertEquals("1012", GoTemplate.parse("t", source).execute(DATA));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
        "{{ range 9999999 }}{{ range 9999999 }}{{ end }}{{ end }}",
        "{{ range 9999 }}{{ range 9999 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}{{ end"
            + " }}",
        "{{ $x := \"xxxxxxxxxxxxxxxx\" }}{{ range 99 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := \"xxxxxxxxxxxxxxxx\" }}{{ range 99 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}",
        "{{ range 999 }}{{ printf \"%999999d\" 1 }}{{ end }}",
        "{{ $x := printf \"%99999d\" 1 }}{{ printf \"%s%s%s%s%s%s%s%s%s%s%s\" $x $x $x $x $x $x $x"
            + " $x $x $x $x }}",
        "{{ $x := printf \"%99999d\" 1 }}{{ print $x $x $x $x $x $x $x $x $x $x $x }}",
        "{{ $x := printf \"%99999d\" 1 }}{{ println $x $x $x $x $x $x $x $x $x $x $x }}",
        "{{ $x := \"<<<<<<<<<<<<<<<<\" }}{{ range 99 }}{{ $x = html $x $x }}{{ end }}",
      })
  void hostileTemplatesEndWithAnError(String source) {
    GoLimits limits = new GoLimits(200_000, 1 << 20, 100, Duration.ofSeconds(10));
    GoTemplateException e =
        assertThrows(
            GoTemplateException.class,
            () -> GoTemplate.parse("t", source).within(limits).execute(DATA));
    assertEquals(Reason.LIMIT, e.reason());
  }

  @Test
  void whatIsNestedTooDeepIsRefusedWhileItIsRead() {
    assertEquals(
        Reason.UNSUPPORTED,
        fails("{{" + "(".repeat(9999) + "1" + ")".repeat(9999) + "}}").reason());
    assertEquals(
        Reason.UNSUPPORTED, fails("{{if 1}}".repeat(9999) + "{{end}}".repeat(9999)).reason());
    assertEquals(
        Reason.UNSUPPORTED, fails("{{if 1}}" + "{{else if 1}}".repeat(9999) + "{{end}}").reason());
  }

  /// Each level is allowed by itself; together they must end before the stack does.
  @Test
  void calledTemplatesAndWhatIsNestedInThemCountTogether() throws GoTemplateException {
    String blocks = "{{if 1}}".repeat(290) + "{{ template \"r\" }}" + "{{end}}".repeat(290);
    String pipes = "{{ $x := " + "(not ".repeat(280) + "1" + ")".repeat(280) + " }}";
    for (String body : new String[] {blocks, pipes + blocks}) {
      GoTemplate template =
          GoTemplate.parse("t", "{{ define \"r\" }}" + body + "{{ end }}{{ template \"r\" }}");
      GoTemplateException e = assertThrows(GoTemplateException.class, () -> template.execute(DATA));
      assertEquals(Reason.LIMIT, e.reason());
    }
  }

  @Test
  void aNumberOfManyGroupsIsRefused() {
    assertEquals(Reason.UNSUPPORTED, fails("{{ " + "1_".repeat(50_000) + "1 }}").reason());
  }

  @Test
  void theClockIsLookedAtWhereTextsAreLong() {
    GoLimits limits = new GoLimits(1_000, 1 << 30, 100, Duration.ofMillis(1));
    String source = "{{ range 99 }}{{ $x := printf \"%.99999f\" 0.1 }}{{ end }}";
    GoTemplateException e =
        assertThrows(
            GoTemplateException.class,
            () -> GoTemplate.parse("t", source).within(limits).execute(DATA));
    assertEquals(Reason.LIMIT, e.reason());
  }
}
