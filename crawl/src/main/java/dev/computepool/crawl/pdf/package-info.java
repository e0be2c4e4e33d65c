/// PDFs as Markdown, read by PDFBox in a process of its own. All else works without PDFBox.
package dev.computepool.crawl.pdf;
