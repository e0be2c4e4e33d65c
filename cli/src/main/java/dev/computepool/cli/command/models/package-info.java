/// `cp models`: models of Hugging Face's Hub.
package dev.computepool.cli.command.models;
