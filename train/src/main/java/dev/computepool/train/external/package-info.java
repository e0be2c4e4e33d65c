/// Training by other programs: what they are given, what they tell, and how they are ended.
package dev.computepool.train.external;
