/// From a search query to a dataset of clean text with provenance. Not built yet.
package dev.computepool.crawl;
