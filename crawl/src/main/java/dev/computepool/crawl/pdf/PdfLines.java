package dev.computepool.crawl.pdf;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.jspecify.annotations.Nullable;

/// Collects the lines of a PDF with what tells headings and code from the rest.
final class PdfLines extends PDFTextStripper {
  private final List<PdfLine> lines = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private final Map<Float, Integer> sizes = new HashMap<>();
  private @Nullable TextPosition first;
  private boolean fixed = true;
  private boolean begins = true;

  private PdfLines() {}

  static List<PdfLine> of(PDDocument document) throws IOException {
    PdfLines lines = new PdfLines();
    lines.writeText(document, new StringWriter());
    return lines.lines;
  }

  @Override
  protected void writeString(String text, List<TextPosition> positions) {
    line.append(text);
    for (TextPosition position : positions) {
      if (position.getUnicode() == null || position.getUnicode().isBlank()) {
        continue;
      }
      if (first == null) {
        first = position;
      }
      // Halves of points, so that what was scaled a little is still one size.
      sizes.merge(Math.round(position.getFontSizeInPt() * 2) / 2f, 1, Integer::sum);
      fixed &= isFixed(position.getFont());
    }
  }

  private static boolean isFixed(PDFont font) {
    PDFontDescriptor descriptor = font.getFontDescriptor();
    String name = font.getName() == null ? "" : font.getName().toLowerCase(Locale.ROOT);
    return (descriptor != null && descriptor.isFixedPitch())
        || name.contains("courier")
        || name.contains("mono")
        || name.contains("consolas")
        || name.contains("menlo")
        || name.contains("cmtt");
  }

  @Override
  protected void writeWordSeparator() {
    line.append(' ');
  }

  @Override
  protected void writeLineSeparator() {
    end();
  }

  @Override
  protected void writeParagraphStart() {
    end();
    begins = true;
  }

  @Override
  protected void writeParagraphEnd() {
    end();
  }

  @Override
  protected void writePageEnd() {
    end();
    begins = true;
  }

  @Override
  protected void writePageStart() {
    begins = true;
  }

  private void end() {
    TextPosition start = first;
    if (start != null) {
      float size =
          sizes.entrySet().stream()
              .max(
                  Map.Entry.<Float, Integer>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey()))
              .map(Map.Entry::getKey)
              .orElse(0f);
      lines.add(
          new PdfLine(
              getCurrentPageNo() - 1,
              line.toString(),
              size,
              fixed,
              start.getXDirAdj(),
              start.getWidthDirAdj(),
              begins));
      begins = false;
    }
    line.setLength(0);
    sizes.clear();
    first = null;
    fixed = true;
  }
}
