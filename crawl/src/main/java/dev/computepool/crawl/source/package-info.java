/// Where pages come from besides searching: lists, sitemaps, folders, web archives, repositories.
package dev.computepool.crawl.source;
