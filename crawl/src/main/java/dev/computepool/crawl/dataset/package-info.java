/// From documents to examples worth training on, in steps that keep no state between datasets.
package dev.computepool.crawl.dataset;
