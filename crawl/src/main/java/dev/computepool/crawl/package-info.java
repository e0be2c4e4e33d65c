/// From a search, a list or a folder to a dataset of clean text with provenance.
package dev.computepool.crawl;
