/// Search services, each behind the same few words: a query, a page, results.
package dev.computepool.crawl.search;
