//! Scenarios, corpora, fault injection, WebDriver.
