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
}
