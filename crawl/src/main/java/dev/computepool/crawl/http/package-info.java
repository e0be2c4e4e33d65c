/// Requests to strangers: bounded in size and time, never to addresses that are not public.
package dev.computepool.crawl.http;
