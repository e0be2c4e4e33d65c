/// Tests of vocabularies.
@NullMarked
package dev.computepool.convert.vocab;

import org.jspecify.annotations.NullMarked;
