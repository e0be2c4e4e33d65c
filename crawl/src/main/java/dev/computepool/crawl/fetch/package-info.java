/// Pages of strangers, politely: robots.txt, pauses, a cache on disk, and what may not be used.
package dev.computepool.crawl.fetch;
