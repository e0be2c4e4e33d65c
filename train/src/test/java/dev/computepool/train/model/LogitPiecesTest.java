package dev.computepool.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogitPiecesTest {
  /// 16384 rows of 768 words are 48 MiB; from 196608 words on 64 rows are as much or more.
  @ParameterizedTest
  @CsvSource({
    "1, 16384",
    "767, 16384",
    "768, 16384",
    "769, 16362",
    "32000, 393",
    "151936, 82",
    "196608, 64",
    "262144, 64",
    "16777216, 64"
  })
  void aPieceIsOf48MibButNeverOfFewRows(long vocabulary, int rows) {
    assertEquals(rows, LogitPieces.rows(vocabulary));
  }
}
