//! The algorithm of indicator 2.1: its cases by name, and a slow oracle.

mod cases;
mod oracle;
