/// From a page to its main content as Markdown.
package dev.computepool.crawl.extract;
