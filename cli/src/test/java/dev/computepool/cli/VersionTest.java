package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class VersionTest {
  @Test
  void isTheOneOfTheProject() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Tool.projectRoot().resolve("pom.xml").toFile());
    assertEquals(
        XPathFactory.newInstance().newXPath().evaluate("/project/version", pom), Version.CURRENT);
  }
}
