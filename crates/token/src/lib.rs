//! PKCS#11 behind one worker per module.
