/// Tiny Hugging Face directories of every family, made from nothing: always the same bytes.
package dev.computepool.convert.tiny;
